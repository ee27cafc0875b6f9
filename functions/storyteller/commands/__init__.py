"""The commands that the function can run, one module each, named after its command.

A module has ``plan(params, iteration) -> Plan``: a pure function from a job's params to a command line.
Adding a command to this image is adding such a module (and the command itself to the program).
"""
