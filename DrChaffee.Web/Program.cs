using DrChaffee.Web;
using DrChaffee.Web.Commands;
using dotenv.net;

DotEnv.Load(new DotEnvOptions(envFilePaths: [Path.Combine(Environment.CurrentDirectory, ".env")], overwriteExistingVars: false));

// Settings of the host, such as --urls=http://localhost:5000, are no commands.
var hostSettings = args.Where(WebServer.IsHostSetting).ToArray();
return await CommandLine.RunAsync([.. args.Where(argument => !WebServer.IsHostSetting(argument))], cancellationToken => WebServer.RunAsync(hostSettings, cancellationToken));
