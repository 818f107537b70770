using System.Runtime.Versioning;
using Exchange.Store.Contents;
using Exchange.Store.Tests.Contracts;

namespace Exchange.Store.Tests;

public sealed class DirectoryContentStoreTests : ContentStoreContract
{
    private readonly string _directory = Directory.CreateTempSubdirectory("exchange-content-").FullName;
    private DirectoryContentStore? _store;

    protected override IContentStore Contents => _store ??= DirectoryContentStore.Open(_directory);

    [Fact]
    public async Task A_draft_of_a_process_that_ended_is_collected()
    {
        _ = Contents;
        await File.WriteAllTextAsync(Path.Combine(_directory, "drafts", "left"), "half");

        Assert.Equal(1, await Contents.CollectAsync(_ => true, TimeSpan.Zero, default));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_directory, "drafts")));
    }

    [Fact]
    public async Task Content_that_is_kept_again_counts_as_kept_now()
    {
        await KeepAsync("orphan", ContentKind.Document);
        await KeepAsync("retried", ContentKind.Document);
        foreach (var path in Directory.EnumerateFiles(Path.Combine(_directory, "content")))
        {
            File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddDays(-2));
        }

        await KeepAsync("retried", ContentKind.Document);

        Assert.Equal(1, await Contents.CollectAsync(_ => false, TimeSpan.FromDays(1), default));
        Assert.Equal("retried", await TextAsync(ContentKind.Document, "retried"));
    }

    [Fact]
    public async Task A_file_of_somebody_else_is_not_collected()
    {
        _ = Contents;
        var path = Path.Combine(_directory, "content", "notes.txt");
        await File.WriteAllTextAsync(path, "mine");

        Assert.Equal(0, await Contents.CollectAsync(_ => false, TimeSpan.Zero, default));
        Assert.True(File.Exists(path));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Files_are_readable_by_their_owner_alone()
    {
        await KeepAsync("hello", ContentKind.Document);
        await using var journal = await Contents.OpenJournalAsync(GrainKey.Parse("one"), default);

        var files = Directory.EnumerateFiles(_directory, "*", SearchOption.AllDirectories).ToList();

        Assert.Equal(2, files.Count);
        Assert.All(files, path => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
    }

    protected override void Reopen() => _store = null;

    protected override void Dispose(bool disposing) => Directory.Delete(_directory, recursive: true);
}
