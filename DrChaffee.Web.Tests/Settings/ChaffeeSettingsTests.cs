using DrChaffee.Domain.Settings;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Web.Tests.Settings;

public sealed class ChaffeeSettingsTests
{
    [Fact]
    public void Every_fault_is_listed_at_once()
    {
        var exception = Assert.Throws<SettingsException>(() => Read(
            ("DATABASE_URL", "mysql://host/db"), ("PORT", "eighty"), ("API_ONLY_MODE", "perhaps"), ("TORCH_DEVICE", "abacus"), ("ADMIN_PASSWORD", "short")));

        Assert.Equal(5, exception.Faults.Count);
        Assert.All(["DATABASE_URL", "PORT", "API_ONLY_MODE", "TORCH_DEVICE", "ADMIN_PASSWORD"],
            name => Assert.Single(exception.Faults, fault => fault.StartsWith(name, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null, null, RunMode.Local)]
    [InlineData("INCREMENTAL_ONLY", "true", RunMode.Production)]
    [InlineData("API_ONLY_MODE", "1", RunMode.ApiOnly)]
    [InlineData("ENABLE_INGESTION", "False", RunMode.ApiOnly)]
    [InlineData("ENABLE_INGESTION", "", RunMode.Local)]
    public void The_run_mode_follows_the_environment(string? name, string? value, RunMode mode)
    {
        var settings = name is null ? Read() : Read((name, value));

        Assert.Equal(mode, settings.Mode);
    }

    [Theory]
    [InlineData("CUDA_VISIBLE_DEVICES", "", false)]
    [InlineData("CUDA_VISIBLE_DEVICES", "0", true)]
    [InlineData("TORCH_DEVICE", "cpu", false)]
    [InlineData("TORCH_DEVICE", "cuda", true)]
    public void A_gpu_can_be_forbidden(string name, string value, bool allowed)
    {
        var settings = Read((name, value));

        Assert.Equal(allowed, settings.GpuAllowed);
    }

    [Fact]
    public void Folders_lie_in_the_data_directory_unless_they_are_named()
    {
        var settings = Read(("DATA_DIR", "/srv/data"), ("MODELS_DIR", "/srv/models"));

        Assert.Equal(("/srv/data", "/srv/models", "/srv/data/audio"), (settings.DataDirectory, settings.ModelsDirectory, settings.AudioDirectory));
    }

    private static ChaffeeSettings Read(params (string Name, string? Value)[] variables) => ChaffeeSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(variables.ToDictionary(v => v.Name, v => v.Value)).Build());
}
