using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Web.Tests.Deploy;

/// <summary>The files for hosting services and machines of one's own say what the run modes are.</summary>
public sealed class VariantTests
{
    [Theory]
    [InlineData("deploy/nightly.env", RunMode.Production)]
    [InlineData("deploy/api-only.env", RunMode.ApiOnly)]
    [InlineData("deploy/render.yaml", RunMode.Production)]
    [InlineData("deploy/render-api-only.yaml", RunMode.ApiOnly)]
    public void A_variant_is_the_run_mode_that_it_is_called_by_and_uses_no_gpu(string file, RunMode mode)
    {
        var settings = ChaffeeSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(Variables(file)).Build());

        Assert.Equal((mode, false), (settings.Mode, settings.GpuAllowed));
        Assert.Equal(mode is RunMode.Production, settings.IngestionSchedule is not null);
    }

    [Theory]
    [InlineData("deploy/render.yaml")]
    [InlineData("deploy/render-api-only.yaml")]
    public void Render_looks_at_health(string file) => Assert.Equal("/health", Service(file)["healthCheckPath"]);

    [Fact]
    public void Railway_builds_the_Dockerfile_and_looks_at_health()
    {
        using var railway = JsonDocument.Parse(File.ReadAllText(RepositoryFolder.Of("deploy/railway.json")));

        Assert.Equal("Dockerfile", railway.RootElement.GetProperty("build").GetProperty("dockerfilePath").GetString());
        Assert.Equal("/health", railway.RootElement.GetProperty("deploy").GetProperty("healthcheckPath").GetString());
    }

    private static Dictionary<string, string?> Variables(string file) => file.EndsWith(".env", StringComparison.Ordinal)
        ? File.ReadAllLines(RepositoryFolder.Of(file)).Where(line => line.Length > 0 && line[0] is not '#')
            .Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => (string?)parts[1].Trim('"'))
        : ComposeTests.Maps(Service(file)["envVars"]).Where(variable => variable.ContainsKey("value"))
            .ToDictionary(variable => (string)variable["key"], variable => (string?)variable["value"]);

    private static Dictionary<object, object> Service(string file) => ComposeTests.Maps(ComposeTests.Read(file)["services"]).Single();
}
