using DrChaffee.Web;

return await WebServer.RunAsync(args);

/// <summary>Named so that the tests can start the program.</summary>
public partial class Program;
