"""What the packaged template needs before an emulator takes it: a module for each emulator, chosen by what answers."""
