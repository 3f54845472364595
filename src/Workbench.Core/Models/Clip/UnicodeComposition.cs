using System.Text;

namespace Workbench.Models.Clip;

internal static class UnicodeComposition
{
    public static string Compose(string text) => text.Normalize(NormalizationForm.FormC);
}
