namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>Real audio and real models beside the repository, where a machine has them; tests that want them are skipped without.</summary>
internal static class SharedFiles
{
    public static string Find(params string[] parts)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine([folder.FullName, "shared", .. parts]) is var path && Path.Exists(path)) return path;
        Assert.Skip($"{Path.Combine(["shared", .. parts])} is not on this machine.");
        return "";
    }
}
