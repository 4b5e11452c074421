"""The grammar of time expressions: words, what they mean, periods, rules, and how they combine."""
