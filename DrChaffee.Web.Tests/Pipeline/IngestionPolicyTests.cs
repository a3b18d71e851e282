using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Tests.Pipeline;

public sealed class IngestionPolicyTests
{
    private static readonly ChaffeeSettings Production = new() { ConnectionString = "", Mode = RunMode.Production, ModeReason = "INCREMENTAL_ONLY is true", IngestionLimit = 5 };

    [Theory]
    [InlineData(null, false, true)]
    [InlineData(6, false, true)]
    [InlineData(6, true, true)]
    [InlineData(5, false, false)]
    [InlineData(null, true, false)]
    public void In_production_bulk_runs_are_refused(int? limit, bool unprocessed, bool refused)
    {
        var request = new IngestionRequest { Source = SourceKind.Folder, Channel = "/talks", Limit = limit, LimitUnprocessed = unprocessed };

        var fault = Record.Exception(() => new IngestionPolicy(Production).Check(request));

        Assert.Equal(refused, fault is IngestionRefusedException);
    }

    [Fact]
    public void Without_a_limit_production_takes_its_own()
    {
        var limit = new IngestionPolicy(Production).LimitOf(new IngestionRequest { Channel = "/talks", LimitUnprocessed = true });

        Assert.Equal(5, limit);
    }

    [Fact]
    public void The_refusal_says_which_variable_did_it()
    {
        var policy = new IngestionPolicy(Production with { Mode = RunMode.ApiOnly, ModeReason = "ENABLE_INGESTION is false" });

        var fault = Assert.Throws<IngestionRefusedException>(() => policy.Check(new IngestionRequest { Channel = "/talks" }));

        Assert.StartsWith("Ingestion is disabled: ENABLE_INGESTION is false.", fault.Message, StringComparison.Ordinal);
    }
}
