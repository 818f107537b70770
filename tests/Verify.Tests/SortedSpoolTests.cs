namespace Exchange.Verify.Tests;

public sealed class SortedSpoolTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(20_000)]
    public void Records_come_back_sorted_whatever_the_memory(int count) =>
        Assert.All(Seeds.All(), seed =>
        {
            var random = new Random(seed);
            var records = Enumerable.Range(0, count).Select(_ => Record(random)).ToList();
            using var spool = new SortedSpool(chunkSizeBytes: 4096);

            records.ForEach(record => spool.Add(record));
            var sorted = spool.ReadSorted().Select(record => Convert.ToHexString(record.Span)).ToList();

            Assert.Equal(count > 1000, spool.HasSpilled);
            Assert.Equal(records.Select(Convert.ToHexString).Order(StringComparer.Ordinal), sorted);
        });

    [Fact]
    public void Nothing_is_left_in_the_directory_of_temporary_files_even_while_it_runs()
    {
        using var spool = new SortedSpool(chunkSizeBytes: 1024);
        for (var i = 0; i < 1000; i++)
        {
            spool.Add([(byte)(i % 251), (byte)(i / 251), 1, 2, 3, 4]);
        }

        Assert.True(spool.HasSpilled);
        if (!OperatingSystem.IsWindows())
        {
            Assert.False(File.Exists(spool.TemporaryPath));
        }
    }

    private static byte[] Record(Random random)
    {
        var bytes = new byte[random.Next(0, 40)];
        random.NextBytes(bytes);
        return bytes;
    }
}
