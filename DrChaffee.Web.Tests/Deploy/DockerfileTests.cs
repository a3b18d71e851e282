using System.Text.RegularExpressions;
using System.Xml.Linq;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Deploy;

/// <summary>What an image must keep to, read from the Dockerfile; there is no engine here that builds it.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string Text = File.ReadAllText(RepositoryFolder.Of("Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal);
    private static readonly string[] Steps = [.. Text.Split('\n').Where(line => line.Length > 0 && line[0] is not '#')];

    [Fact]
    public void Every_base_names_its_version()
    {
        var stages = Steps.Where(step => step.StartsWith("FROM ", StringComparison.Ordinal)).Select(step => step.Split(' ')).ToArray();
        var bases = stages.Select(stage => stage[1]).Except(stages.Select(stage => stage[^1])).ToArray();

        Assert.Equal(3, bases.Length);
        Assert.All(bases, image => Assert.Matches(@":\d+\.\d+[^:]*$", image));
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("cuda")]
    public void An_image_runs_as_nobody_in_particular_and_says_how_it_is(string target)
    {
        var steps = StepsOf(target);

        Assert.Contains("USER 1654:1654", steps);
        Assert.Contains("VOLUME /data", steps);
        Assert.Contains("ENTRYPOINT [\"drchaffee\"]", steps);
        Assert.Contains(steps, step => step.StartsWith("HEALTHCHECK ", StringComparison.Ordinal) && step.Contains("/health/live", StringComparison.Ordinal));
        Assert.DoesNotContain(steps.SkipWhile(step => !step.StartsWith("USER ", StringComparison.Ordinal)), step => step.StartsWith("RUN ", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_target_the_image_for_any_machine_is_built() =>
        Assert.EndsWith(" AS cpu", Steps.Last(step => step.StartsWith("FROM ", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void No_secret_is_asked_for_while_it_is_built() => Assert.DoesNotMatch("(?i)password|secret|token|api_key", Text);

    [Fact]
    public void Packages_are_restored_by_every_project_that_the_program_is_made_of()
    {
        var copied = Steps.Where(step => step.StartsWith("COPY ", StringComparison.Ordinal)).SelectMany(step => Project().Matches(step)).Select(match => match.Value);

        Assert.Equal(ProjectsOf("DrChaffee.Web/DrChaffee.Web.csproj").Order(), copied.Distinct().Order());
    }

    [Fact]
    public void What_is_copied_from_the_checkout_is_there_and_reaches_the_build()
    {
        var reaching = File.ReadAllLines(RepositoryFolder.Of(".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]).ToArray();
        var copied = Steps.Where(step => step.StartsWith("COPY ", StringComparison.Ordinal) && !step.Contains("--from=", StringComparison.Ordinal))
            .SelectMany(step => step.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1])
            .Where(part => part is not "." && !part.StartsWith("--", StringComparison.Ordinal))
            .Append("deploy/install-tools");

        Assert.All(copied, path =>
        {
            Assert.True(Path.Exists(RepositoryFolder.Of(path)), $"{path} is not in the checkout.");
            Assert.True(reaching.Any(root => path == root || path.StartsWith(root + "/", StringComparison.Ordinal)), $"{path} is held back by .dockerignore.");
        });
    }

    private static string[] StepsOf(string target) =>
        [.. Steps.SkipWhile(step => !step.EndsWith($" AS {target}", StringComparison.Ordinal)).Skip(1).TakeWhile(step => !step.StartsWith("FROM ", StringComparison.Ordinal))];

    private static IEnumerable<string> ProjectsOf(string project)
    {
        var references = XDocument.Load(RepositoryFolder.Of(project)).Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value["../".Length..]);
        return references.SelectMany(ProjectsOf).Append(project).Distinct();
    }

    [GeneratedRegex(@"[\w.]+/[\w.]+\.csproj", RegexOptions.None, 1000)]
    private static partial Regex Project();
}
