using DrChaffee.Benchmarks;

return args switch
{
    ["search", .. var rest] => await SearchLatency.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Say what to measure: search [QUESTIONS] - latency of hybrid search on the library at DATABASE_URL.");
    return 1;
}
