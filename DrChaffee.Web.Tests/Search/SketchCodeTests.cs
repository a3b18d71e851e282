using DrChaffee.Domain.Search.Index;

namespace DrChaffee.Web.Tests.Search;

public sealed class SketchCodeTests
{
    [Theory]
    [InlineData(256)]
    [InlineData(384)]
    [InlineData(100)]
    public void Every_way_of_comparing_gives_what_the_plain_one_gives(int dimensions)
    {
        var vectors = Vectors(dimensions, 203);
        var code = new SketchCode(vectors);
        var (sketches, _) = Sketches(code, vectors);
        var weights = code.Weights(vectors[7]);
        var (quick, plain) = (new float[vectors.Length], new float[vectors.Length]);

        code.Compare(sketches, weights, quick);
        code.CompareEach(sketches, weights, plain);

        Assert.Equal(plain, quick);
        Assert.Equal(0, code.Width % 32);
    }

    [Fact]
    public void The_nearest_by_cosine_are_among_the_nearest_by_sketch_and_details_tell_how_near_they_are()
    {
        var vectors = Vectors(256, 4_000);
        var code = new SketchCode(vectors);
        var (sketches, details) = Sketches(code, vectors);
        var (found, farthestOff) = (0.0, 0f);

        foreach (var question in Vectors(256, 40, seed: 2))
        {
            var nearness = new float[vectors.Length];
            code.Compare(sketches, code.Weights(question), nearness);
            var table = code.Table(question);
            var exact = Enumerable.Range(0, vectors.Length).OrderByDescending(i => vectors[i].Zip(question, (x, y) => x * y).Sum()).Take(10);
            var near = Enumerable.Range(0, vectors.Length).OrderByDescending(i => nearness[i]).Take(150).ToHashSet();
            found += exact.Count(near.Contains) / 10.0;
            foreach (var i in near)
            {
                var dot = code.Dot(sketches.AsSpan(i * code.Width, code.Width), details.AsSpan(i * code.Width, code.Width), table);
                farthestOff = Math.Max(farthestOff, Math.Abs(dot - vectors[i].Zip(question, (x, y) => x * y).Sum()));
            }
        }

        Assert.InRange(found / 40, 0.97, 1);
        Assert.InRange(farthestOff, 0, 0.03f);
    }

    /// <summary>L2-normalised, normally distributed around a mean of their own.</summary>
    private static float[][] Vectors(int dimensions, int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Normalised([.. Enumerable.Range(0, dimensions).Select(i => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5 + 0.1 * (i % 5)))]))];
    }

    private static float[] Normalised(float[] vector)
    {
        var length = MathF.Sqrt(vector.Sum(x => x * x));
        return Array.ConvertAll(vector, x => x / length);
    }

    private static (byte[] Sketches, byte[] Details) Sketches(SketchCode code, float[][] vectors)
    {
        var (sketches, details) = (new byte[vectors.Length * code.Width], new byte[vectors.Length * code.Width]);
        for (var i = 0; i < vectors.Length; i++) code.Write(vectors[i], sketches.AsSpan(i * code.Width, code.Width), details.AsSpan(i * code.Width, code.Width));
        return (sketches, details);
    }
}
