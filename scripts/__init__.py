"""What `make` runs: the stack on the emulator, up and down, its demo and its logs."""
