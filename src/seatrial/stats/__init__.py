"""Statistics as pure functions of numbers; import the module you mean.

`distributions` normal, t, beta and binomial; `intervals` of one rate, mean or quantile; `clustered` repeats and other
rows that belong together; `paired` differences between two sets of answers; `bootstrap` intervals for any number;
`multiple` many comparisons; `looks` the same data looked at again and again; `passk` pass@k and pass^k; `power` how
many cases; `agreement` of judges; `quantiles`.

Nothing here knows what a case or a Batch is. Arguments that make no sense raise ValueError with one sentence.
"""
