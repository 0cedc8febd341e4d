# The profile of the Phoronix Test Suite that the thesis used; only on a machine where it is installed.
timed runs 1 phoronix-test-suite batch-run pts/cassandra
