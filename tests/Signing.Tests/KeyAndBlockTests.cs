using System.Security.Cryptography;
using Exchange.Ledger;

namespace Exchange.Signing.Tests;

/// <summary>Wrapped keys and sealed row blocks open for their subject only.</summary>
public sealed class KeyAndBlockTests
{
    private static readonly ChainId Household = ChainId.Parse("household/abc");
    private static readonly GrainKey Dataset = GrainKey.Parse("schools");
    private static readonly CommandId Upload = new(new Bytes16(3, 4));
    private static readonly byte[] Rows = "1,2,3\n"u8.ToArray();
    private static readonly byte[] Place = "block 1"u8.ToArray();

    [Fact]
    public void A_key_unwraps_under_its_master_key_and_subject_only()
    {
        var (master, secret) = (MasterKey.Create(), RandomNumberGenerator.GetBytes(32));
        var wrapped = KeyWrap.Wrap(master, Household.ToString(), secret);

        Assert.Equal(KeyWrap.WrappedSizeBytes, wrapped.Length);
        Assert.True(KeyWrap.TryUnwrap(master, Household.ToString(), wrapped, out var opened));
        Assert.Equal(secret, opened);
        Assert.False(KeyWrap.TryUnwrap(MasterKey.Create(), Household, wrapped, out _));
        Assert.False(KeyWrap.TryUnwrap(master, ChainId.Parse("household/abd"), wrapped, out _));
        Assert.False(KeyWrap.TryUnwrap(master, Household, wrapped.AsSpan(1), out _));
        Assert.False(KeyWrap.TryUnwrap(master, Household, Flipped(wrapped), out _));
    }

    [Fact]
    public void A_subject_key_survives_wrapping()
    {
        var (master, key) = (new MasterKey(new byte[32]), SubjectKey.Create());
        var wrapped = KeyWrap.Wrap(new MasterKey(master.ToArray()), Household, key);

        Assert.True(KeyWrap.TryUnwrap(master, Household, wrapped, out var opened));

        using var first = new RowBlockSealer(key, Dataset, Upload);
        using var second = new RowBlockSealer(opened!, Dataset, Upload);
        Assert.True(second.TryOpen(first.Seal(Rows, Place), Place, out var rows));
        Assert.Equal(Rows, rows);
    }

    [Fact]
    public void A_block_opens_for_its_subject_dataset_upload_and_place_only()
    {
        var key = SubjectKey.Create();
        using var sealer = new RowBlockSealer(key, Dataset, Upload);
        var block = sealer.Seal(Rows, Place);

        Assert.Equal(Rows.Length + RowBlockSealer.OverheadSizeBytes, block.Length);
        Assert.True(sealer.TryOpen(block, Place, new byte[Rows.Length + 9], out var size) && size == Rows.Length);
        Assert.False(sealer.TryOpen(block, "block 2"u8, out _));
        Assert.False(sealer.TryOpen(Flipped(block), Place, out _));
        Assert.False(sealer.TryOpen(block.AsSpan(0, 27), Place, out _));
        RowBlockSealer[] others =
        [
            new(SubjectKey.Create(), Dataset, Upload),
            new(key, GrainKey.Parse("hospitals"), Upload),
            new(key, Dataset, new(new Bytes16(3, 5))),
        ];
        Assert.All(others, other =>
        {
            Assert.False(other.TryOpen(block, Place, out _));
            other.Dispose();
        });
    }

    [Fact]
    public void A_block_is_never_sealed_under_the_same_nonce_twice()
    {
        using var sealer = new RowBlockSealer(SubjectKey.Create(), Dataset, Upload);

        Assert.Distinct(
            Enumerable.Range(0, 1000).Select(_ => Convert.ToHexString(sealer.Seal(Rows, Place).AsSpan(0, 12))));
    }

    [Fact]
    public void Keys_of_another_size_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new SubjectKey(new byte[31]));
        Assert.Throws<ArgumentException>(() => new MasterKey(new byte[33]));
        Assert.Throws<ArgumentException>(() => KeyWrap.Wrap(MasterKey.Create(), "secret/salt", new byte[16]));
    }

    private static byte[] Flipped(byte[] bytes) => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)];
}
