"""Everything that test.yml can say, read and checked without Locust."""
