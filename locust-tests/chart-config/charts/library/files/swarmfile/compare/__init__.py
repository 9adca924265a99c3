"""Whether runs differ: from blocks of counts to a change with its interval, wherever runs are kept."""
