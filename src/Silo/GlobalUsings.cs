global using System.Collections.Immutable;
global using Exchange.Engine;
global using Exchange.Grains;
global using Exchange.Ledger;
