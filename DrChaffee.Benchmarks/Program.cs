using System.CommandLine;
using System.Globalization;
using DrChaffee.Benchmarks.Circuits;
using DrChaffee.Benchmarks.Hub;
using DrChaffee.Benchmarks.Load;
using DrChaffee.Benchmarks.Pipeline;
using DrChaffee.Benchmarks.Search;
using DrChaffee.Benchmarks.Soak;
using DrChaffee.Benchmarks.Sync;
using DrChaffee.Benchmarks.Transfer;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return await new RootCommand("Measures the product on data of any size.") { SearchCommand.Create(), WordsCommand.Create(), PipelineCommand.Create(), SoakCommand.Create(), HubCommand.Create(), SyncCommand.Create(), CircuitsCommand.Create(), TransferCommand.Create(), LoadCommand.Create() }.Parse(args).InvokeAsync();
