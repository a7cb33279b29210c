"""What the policy can call. Tools see the web through `webenv.types.Web` alone, and answer with text."""
