namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>Finds folders of the repository from wherever the tests were built.</summary>
internal static class RepositoryFolder
{
    public static string Of(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DrChaffee.sln"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside the repository."), name);
    }
}
