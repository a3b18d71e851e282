using System.CommandLine;
using System.Globalization;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Training.Corpus;
using DrChaffee.Training.Evaluation;
using DrChaffee.Training.Export;
using DrChaffee.Training.Learning;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var data = new Option<DirectoryInfo>("--data") { Description = "The folder that holds transcripts/ and retrieval/.", Required = true };
var model = new Option<DirectoryInfo>("--model") { Description = "The folder of the model.", DefaultValueFactory = _ => new DirectoryInfo("DrChaffee.Ingestion/Embedding/Model") };

var train = new Command("train", "Train the embedding model and write it to the model's folder.") { data, model };
train.SetAction(parsed =>
{
    var options = new LearningOptions();
    var pairs = TrainingPairs.Make(parsed.GetRequiredValue(data).FullName, new Random(options.Seed));
    var (_, stems, table) = new ContrastiveTrainer(options, Console.Out).Train(pairs);
    var folder = parsed.GetRequiredValue(model).FullName;
    Directory.CreateDirectory(folder);
    OnnxModel.Write(Path.Combine(folder, "chaffee-embed.onnx"), "chaffee-embed-1", table);
    File.WriteAllLines(Path.Combine(folder, "vocabulary.txt"), [options.Buckets.ToString(CultureInfo.InvariantCulture), .. stems]);
});

var evaluate = new Command("evaluate", "Print nDCG@10 on the judged collections, which training never reads.") { data, model };
evaluate.SetAction(async (parsed, cancellationToken) =>
{
    using var embedder = new ShippedEmbedder(parsed.GetRequiredValue(model).FullName);
    foreach (var name in (string[])["med", "pubmedqa"])
        Console.WriteLine(await RetrievalEvaluation.RunAsync(BeirSet.Read(Path.Combine(parsed.GetRequiredValue(data).FullName, "retrieval", name)), embedder));
});

return await new RootCommand("Trains and evaluates the embedding model that ships with the program.") { train, evaluate }.Parse(args).InvokeAsync();
