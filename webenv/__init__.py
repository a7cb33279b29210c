"""webenv freezes a piece of the web, lets a language model search and read it, and replays every step bit for bit.

    import gymnasium

    env = gymnasium.make("webenv/Web-v0", snapshot="snapshots/nemo")
    question, info = env.reset(seed=1)
    observation, reward, terminated, truncated, info = env.step(turn)

Importing this package is cheap: no Java, no torch, and the environment registers itself by an entry point.
"""
