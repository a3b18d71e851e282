using System.Globalization;
using System.Text.RegularExpressions;
using DrChaffee.Web.Tests.Infrastructure;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace DrChaffee.Web.Tests.Deploy;

/// <summary>What the containers of one machine may and may not.</summary>
public sealed partial class ComposeTests
{
    private static readonly Dictionary<object, object> Compose = Read("deploy/compose.yaml");

    public static TheoryData<string> Services => [.. Map(Compose["services"]).Keys.Cast<string>()];

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_writes_where_it_must_and_has_no_right_beyond_that(string name)
    {
        var service = Map(Map(Compose["services"])[name]);

        Assert.Equal("true", service["read_only"]);
        Assert.Equal(["ALL"], List(service["cap_drop"]));
        Assert.Equal(["no-new-privileges:true"], List(service["security_opt"]));
        Assert.True(service.ContainsKey("pids_limit"));
        Assert.True(name is "web" || service.ContainsKey("healthcheck"), "The image has no health check of its own.");
    }

    [Fact]
    public void Together_they_fit_a_machine_of_2_GB()
    {
        var limits = Map(Compose["services"]).Values.Select(service => Megabytes().Match((string)Map(service)["mem_limit"]).Groups["mb"].Value);

        Assert.InRange(limits.Sum(limit => int.Parse(limit, CultureInfo.InvariantCulture)), 1000, 1850);
    }

    [Fact]
    public void Every_setting_reaches_the_program_but_those_that_are_the_containers_own()
    {
        var web = Map(Map(Compose["services"])["web"]);

        Assert.Equal(".env", Map(web["env_file"])["path"]);
        Assert.Equal(["DATABASE_URL", "DATA_DIR", "MODELS_DIR", "PGPASSWORD_FILE", "PORT"], Map(web["environment"]).Keys.Cast<string>().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_database_has_the_vectors_that_search_needs()
    {
        var image = (string)Map(Map(Compose["services"])["database"])["image"];

        Assert.Matches(@"^pgvector/pgvector:0\.(8\.[6-9]|9\.\d+)-pg\d+$", image);
    }

    [Fact]
    public void Nothing_is_open_to_the_network_past_the_proxy()
    {
        var ports = Map(Compose["services"]).Values.Select(Map).Where(service => service.ContainsKey("ports")).SelectMany(service => List(service["ports"]));

        Assert.All(ports, port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    internal static Dictionary<object, object> Read(string path)
    {
        var parser = new MergingParser(new Parser(new StringReader(File.ReadAllText(RepositoryFolder.Of(path)))));
        parser.Consume<StreamStart>();
        return new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(parser);
    }

    internal static Dictionary<object, object> Map(object value) => Assert.IsType<Dictionary<object, object>>(value);

    internal static IEnumerable<string> List(object value) => Assert.IsType<List<object>>(value).Cast<string>();

    internal static IEnumerable<Dictionary<object, object>> Maps(object value) => Assert.IsType<List<object>>(value).Select(Map);

    [GeneratedRegex(@"(?<mb>\d+)m\}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Megabytes();
}
