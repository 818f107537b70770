namespace Exchange.Chaos.Syncs;

public sealed class TraceReadingTests
{
    private const string Asked =
        """7 recvfrom(9<socket:[1]>, "POST /v1/buyers HTTP/1.1\r\nHost: here", 4096, 0, NULL, NULL) = 40""";

    private const string Answered =
        """7 sendto(9<socket:[1]>, "HTTP/1.1 201 Created\r\n\r\n", 24, 0, NULL, 0) = 24""";

    [Fact]
    public void A_call_that_others_interrupt_ends_where_it_is_resumed()
    {
        var calls = Read(
            Asked,
            "8 fsync(5</data/exchange.db-wal> <unfinished ...>",
            "7 +++ exited with 0 +++",
            "8 <... fsync resumed>) = 0",
            Answered);

        var sync = Assert.Single(calls, call => call.Name == "fsync");
        Assert.Equal(("/data/exchange.db-wal", 2, 4, true), (sync.Target, sync.Begun, sync.Ended, sync.Succeeded));
        var answer = Assert.Single(Exchanged.Of(calls));
        Assert.Equal("POST /v1/buyers", answer.Request);
        Assert.True(answer.Encloses(sync));
    }

    [Fact]
    public void A_sync_that_is_still_under_way_when_the_answer_leaves_comes_too_late()
    {
        var calls = Read(
            Asked,
            "8 fsync(5</data/exchange.db-wal> <unfinished ...>",
            Answered,
            "8 <... fsync resumed>) = 0");

        Assert.False(Assert.Single(Exchanged.Of(calls)).Encloses(calls.Single(call => call.Name == "fsync")));
    }

    [Fact]
    public void An_answer_in_two_parts_names_the_receipts_of_both()
    {
        var (one, two) = (new string('1', 64), new string('2', 64));

        var answer = Assert.Single(Exchanged.Of(Read(
            Asked,
            $"""7 sendto(9<socket:[1]>, "HTTP/1.1 200 OK\r\n\r\n{ReceiptOf(one)}", 9, 0) = 9""",
            $"""7 sendto(9<socket:[1]>, "{ReceiptOf(two)}", 9, 0) = 9""")));

        Assert.Equal([one, two], answer.Receipts.Select(hash => Convert.ToHexStringLower(hash)));
        Assert.Equal(2, answer.Sent.Ended);
    }

    [Fact]
    public void A_call_that_was_made_to_fail_has_not_succeeded() => Assert.False(Assert.Single(Read(
        "8 fsync(5</data/exchange.db-wal>)       = -1 EIO (Input/output error) (INJECTED)")).Succeeded);

    [Fact]
    public void Bytes_are_found_however_the_tracer_writes_them()
    {
        var call = Assert.Single(Read("""8 pwrite64(5</data/exchange.db-wal>, "\0\3017\n\"\\a\1779", 9, 0) = 9"""));

        Assert.True(call.Carries([0, 0xc1, (byte)'7', (byte)'\n', (byte)'"', (byte)'\\', (byte)'a', 0x7f, (byte)'9']));
        Assert.False(call.Carries([0xc1, 0x37, 0x0b]));
    }

    private static string ReceiptOf(string hash) =>
        $$$"""\"receipt\":{\"chain\":\"buyer/acme\",\"hash\":\"{{{hash}}}\"}""";

    private static IReadOnlyList<SystemCall> Read(params string[] lines)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(path, lines);
            return Trace.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
