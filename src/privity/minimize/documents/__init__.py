"""Files of text: read in stretches, scanned, treated, and else written as they were."""
