"""Runs flows: the only writer of run states, the only door between sync and async, the only door for answers.

It knows the store and the forms, but no notebook: who shows a question is a `Presenter`, where code may wait is a
`Host`, and both are put into the `Session` by the composition root.
"""
