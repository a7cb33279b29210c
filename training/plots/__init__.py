"""Figures for people. The only package that knows matplotlib; nothing is shown, everything is written to a file.

style       what all figures share: colours, frames, and a file that appears when it is complete
card        a dataset card
evaluation  what policies are worth
"""

from training.plots.card import draw_card
from training.plots.evaluation import draw_evaluation

__all__ = ["draw_card", "draw_evaluation"]
