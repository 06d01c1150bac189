"""The door of the clock: what is done without anybody waiting for it.

``worker``    takes jobs from the database, one after the other, each until it is done
``periodic``  what is due, as a function of what was done and of the hour
``jobs``      what is done by the clock
``standing``  one worker at a time, and what a killed one left
``keeping``   a worker that ends is started again

A job is a function marked ``django_tasks.task`` in the room it is about, and is enqueued in the
transaction that it belongs to. It may be begun twice where a worker is killed at the wrong moment,
so it is written to do nothing the second time.
"""
