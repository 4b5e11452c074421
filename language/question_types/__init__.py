"""The trained half of the local tier: which type a question is of, by what it resembles.

The grammar reads what it knows; this package votes where it is not sure. A vote is a calibrated
probability for each type, from a logistic regression over a sentence embedding and the text's own
character n-grams. `phrases` are what it learns from, `model` answers, `classifier` loads it when
it is first needed, `voting` lets grammar and vote agree, `training` makes a new model, and
`registry` keeps the models that were made.
"""
