"""DAPO for agents (arXiv 2503.14476; WebDancer, section 3.2): groups of rollouts, chosen before they are trained on.

groups       what a group of episodes is worth: trained on, or not, and why
curriculum   which task is drawn next: what is mastered rests, what is hopeless comes back later
rollouts     draws tasks and plays them with the engine until a batch is full; what TRL asks for in place of sampling
ratios       how far the policy has moved from the one that played
trainer      TRL's `GRPOTrainer` around it, with a state that survives a kill
"""
