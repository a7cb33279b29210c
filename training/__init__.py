"""Making questions and learning from them: the only place with gradients, trainers and datasets."""
