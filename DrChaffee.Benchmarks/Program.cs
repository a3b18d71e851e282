using System.CommandLine;
using System.Globalization;
using DrChaffee.Benchmarks.Search;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return await new RootCommand("Measures the product on data of any size.") { SearchCommand.Create(), WordsCommand.Create() }.Parse(args).InvokeAsync();
