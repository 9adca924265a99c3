"""The page that people read after a run: what a results folder holds, as one HTML file that needs nothing else."""
