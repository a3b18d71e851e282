using DrChaffee.Domain.Settings;
using DrChaffee.Web.Tests.Support;
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

    [Theory]
    [InlineData(null, null, "https://api.openai.com/v1", "a-key")]
    [InlineData("OPENAI_BASE_URL", "http://gpu:8000/v1", "http://gpu:8000/v1", "a-key")]
    [InlineData("EMBEDDING_BASE_URL", "http://cpu:8000/v1", "http://cpu:8000/v1", null)]
    public void An_embedding_endpoint_is_there_when_its_model_is_named_and_borrows_no_key_for_a_host_of_its_own(string? name, string? value, string address, string? key)
    {
        var endpoint = Read(("EMBEDDING_MODEL", "a-model"), ("OPENAI_API_KEY", "a-key"), (name ?? "TZ", value)).EmbeddingEndpoint;

        Assert.Equal(new EmbeddingEndpoint(new Uri(address), "a-model", key), endpoint);
        Assert.Null(Read(("OPENAI_API_KEY", "a-key")).EmbeddingEndpoint);
    }

    [Theory]
    [InlineData("MODELS_URL", "huggingface.co")]
    [InlineData("EMBEDDING_BASE_URL", "ftp://host/v1")]
    public void An_address_that_is_none_is_a_fault(string name, string value)
    {
        var exception = Assert.Throws<SettingsException>(() => Read((name, value)));

        Assert.StartsWith($"{name} is '{value}'; write an address such as https://", Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OIDC_AUTHORITY is not https", "http://login.example.org", "us", "a@b.org", null)]
    [InlineData("OIDC_CLIENT_ID is missing", "https://login.example.org", null, "a@b.org", null)]
    [InlineData("OIDC_CLIENT_ID is set without OIDC_AUTHORITY", null, "us", null, null)]
    [InlineData("OIDC_AUTHORITY is set, and nobody may sign in by it", "https://login.example.org", "us", null, null)]
    [InlineData("OIDC_ADMIN_EMAILS holds 'anna'", "https://login.example.org", "us", "anna, b@b.org", null)]
    [InlineData("OIDC_EDITOR_EMAILS holds '@b.org'", "https://login.example.org", "us", null, "@b.org")]
    public void A_provider_that_is_half_set_is_a_fault(string fault, string? authority, string? client, string? admins, string? editors)
    {
        var exception = Assert.Throws<SettingsException>(() => Read(("OIDC_AUTHORITY", authority), ("OIDC_CLIENT_ID", client), ("OIDC_ADMIN_EMAILS", admins), ("OIDC_EDITOR_EMAILS", editors)));

        Assert.StartsWith(fault, Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_provider_is_read_and_its_secret_stays_out_of_logs()
    {
        var provider = Read(("OIDC_AUTHORITY", "https://login.example.org/realm"), ("OIDC_CLIENT_ID", "us"), ("OIDC_CLIENT_SECRET", "hidden"), ("OIDC_ADMIN_EMAILS", "Anna@b.org, c@b.org")).Oidc!;

        Assert.Equal(("login.example.org", true, 0), (provider.Name, provider.AdminEmails.Contains("anna@B.org"), provider.EditorEmails.Count));
        Assert.DoesNotContain("hidden", provider.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_lie_in_the_data_directory_unless_they_are_named()
    {
        var settings = Read(("DATA_DIR", "/srv/data"), ("MODELS_DIR", "/srv/models"));

        Assert.Equal(("/srv/data", "/srv/models", "/srv/data/audio"), (settings.DataDirectory, settings.ModelsDirectory, settings.AudioDirectory));
    }

    [Fact]
    public void The_example_names_every_variable_that_is_read_and_no_other()
    {
        var named = Marked.Names.Where(name => name != "NO_SAMPLES"); // that one is for ./run

        Assert.Equal(named.Order(StringComparer.Ordinal), Read().Variables.Select(variable => variable.Name));
    }

    private static ChaffeeSettings Read(params (string Name, string? Value)[] variables) => ChaffeeSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(variables.ToDictionary(v => v.Name, v => v.Value)).Build());
}
