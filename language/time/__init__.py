"""The grammar of time expressions, from the words of a text to one window or two.

`words` splits and folds the text, `vocabulary` says what each word can mean, `periods` knows the
calendar, `names`, `units`, `hours` and `grammar` are the rules in their layers, `combining` puts
together what they found. The way in is `language.time_expressions.read_time`.
"""
