"""What servers of ours share: the collector and `uplog serve`."""
