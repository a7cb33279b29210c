"""webenv freezes a piece of the web, lets a language model search and read it, and replays it bit for bit.

    import gymnasium
    import webenv

    env = gymnasium.make("webenv/Web-v0", snapshot="snapshots/nemo")
    question, info = env.reset(seed=1)
    observation, reward, terminated, truncated, info = env.step(turn)

Importing this package registers the environment, and is cheap: no Java, no torch.
"""

import gymnasium

gymnasium.register(id="webenv/Web-v0", entry_point="webenv.env:WebEnv")
gymnasium.register(id="webenv/Live-v0", entry_point="webenv.live:LiveEnv")
