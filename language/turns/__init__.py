"""Turns of a conversation: what a question takes over from those before it.

`openings` takes off what only links a turn to the conversation ("stessa cosa per …", "non oggi,
ieri"), `times` makes whole the times that are said from the one before ("il giorno dopo"),
`changes` applies what a turn says to the query before it, `choices` reads the answers to a
question back, and `thread` says from which reading a turn goes on. The way in is
`language.followups.follow_up`.
"""
