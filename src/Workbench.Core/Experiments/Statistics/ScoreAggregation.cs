namespace Workbench.Experiments.Statistics;

/// <summary>How DiffShortcut's evaluation folds scores into identity (IMS), quality (Q) and overall: arithmetic means throughout.</summary>
public static class ScoreAggregation
{
    private const double FaceWeight = 0.7, VggWeight = 0.3;

    /// <summary>Mean over all pictures, prompts and identities after NaN and infinities are removed; NaN when nothing is left.</summary>
    public static double Pool(IEnumerable<double> scores) => scores.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    /// <summary>IMS = 0.7·IMS_IP + 0.3·IMS_VGG, in [-1,1].</summary>
    public static double Identity(double imsFace, double imsVgg) => FaceWeight * imsFace + VggWeight * imsVgg;

    /// <summary>LIQE from its range [1,5] to [-1,1]: 2·(LIQE - 1)/4 - 1.</summary>
    public static double NormalizeLiqe(double liqe) => 2 * (liqe - 1) / 4 - 1;

    /// <summary>Q = ½·LIQE' + ½·CLIP-IQAC, in [-1,1].</summary>
    /// <param name="liqe">LIQE in [1,5].</param>
    /// <param name="clipIqac">CLIP-IQAC in [-1,1].</param>
    public static double Quality(double liqe, double clipIqac) => (NormalizeLiqe(liqe) + clipIqac) / 2;

    /// <summary>Overall = ½·IMS + ½·Q.</summary>
    public static double Overall(double ims, double quality) => (ims + quality) / 2;

    /// <summary>Expected overall score when the adaptive attack happens with a probability.</summary>
    public static double Expected(double overall, double overallUnderAttack, double attackProbability = 0.5) =>
        (1 - attackProbability) * overall + attackProbability * overallUnderAttack;
}
