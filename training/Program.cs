using System.CommandLine;
using System.Globalization;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Training.Corpus;
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
    EmbeddingVocabulary.Write(Path.Combine(folder, "vocabulary.txt"), stems, options.Buckets);
    table.Quantise().Write(Path.Combine(folder, "chaffee-embed.safetensors"));
});

return await new RootCommand("Trains the embedding model that ships with the program.") { train }.Parse(args).InvokeAsync();
