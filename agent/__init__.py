"""Everything that plays: policies, rollouts of whole episodes, and the proof that they come back bit for bit."""
