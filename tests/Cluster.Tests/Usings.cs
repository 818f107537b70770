global using System.Collections.Immutable;
global using Exchange.Engine;
global using Exchange.Grains;
global using Exchange.Grains.Rules;
global using Exchange.Grains.Wire;
global using Exchange.Ledger;
