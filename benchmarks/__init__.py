"""What DeepChat costs, measured beside its peers on the same server in the same run."""
