// Signals and modes of files are those of Unix, which is where a node runs.
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]

// Every test here starts processes; two at once would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
