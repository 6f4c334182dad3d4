"""The local cloud: MiniStack, the packaged stack, the judge as a process, the front door, demo data."""
