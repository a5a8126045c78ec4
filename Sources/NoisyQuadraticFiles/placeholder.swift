// Problem files in, comparisons out.
