"""Figures for people. The only package that knows matplotlib; nothing is shown, everything is written to a file.

style       what all figures share: colours, frames, and a file that appears when it is complete
card        a dataset card
evaluation  what policies are worth
learning    a run of reinforcement learning
"""

from training.plots.card import draw_card
from training.plots.evaluation import draw_evaluation
from training.plots.learning import draw_learning

__all__ = ["draw_card", "draw_evaluation", "draw_learning"]
