"""The commands that the function can run, one module each, named after its command.

A module has ``plan(task) -> Plan``: from a job's params, and what the job may draw on, to a command line.
Adding a command to this image is adding such a module (and the command itself to the program).
"""
