/**
 * What the building blocks must answer, as the Python implementation computed it.
 *
 * Digests are the first 16 bytes of SHA-512.
 */

export const ANSWERS = Object.freeze({
  transcript: "9f954d35bab34091269a3de19cf07d16",
  seal: "c00e7364b7bd2ac923f5abe70c8cfe13",
  derive: "40f313b34c26396d9155eab8a309ffa2",
  sign: "916830252775288f928a828cf46476e6",
  blind: "daf6ba00ec8a53f842f00612c9092d4e",
  finalize: "2928252878959014e9084aeaea2561cd",
  stretch: "cc8b1c5b467cb3f72fc735a22713446c",
  lock: "d3076bbf6232e152f5431c60f47ea17d",
});

/** "alongside", sealed (§P3) to the key of the seed 0, 1, … 31. */
export const SEALED =
  "AFKnmzLaayCCqjwdtxDScvTMDzCqtkN-UKuUey-HKjWfEnwaFJFsKO5wEqsq2TxcSzVSjVHOInxf" +
  "Dpm50p8ut3m84YLg9WDechi4PGe6xjPHdWIA1_fAmy8tufxMoOXlNmCoDb83EpCgyCehRs6UadFt" +
  "fASo9JbeW4X4SC3vWVPqE0-U_unRUcfyjpu5yuUkC2em-hLOaqSNapkgZUCBLp7f523_cP5rKVqk" +
  "ck2RJqcdADGO_M2Dti2kHnj_NPDc7Z32ZvhtyCllDZN9Gn3l_qRTablFo4yS9PySfFnFJgVpMzHI" +
  "mecDk3nZB6WeDRkb4RtohK6dK7qK5a7uc6T4sGPgj7DOrL53AGURajsnQiUY0bjiVojA4-CYtxjk" +
  "_Wh3tkhpWX8-QsKVty8Z3U3wFq3K8CqCP8xVoHdyaDQSJKxC2PgZ3ClboIFrX3wjNxlIxoAbTnyj" +
  "FFySGAdTvDNYxkw7hdR9rlz1UVEXSiyD9wyb7CLjZmTMzH8rAmQRI9BVkg6oICS8oxIgUKMU2oNI" +
  "BHQ0uIWk5zJaAolbzVzW3LeDxvwMBgHfmIWcgykiZq6_v4okk4ydjXoG8jFZeOg60DGdxTgASk64" +
  "yRICiRzolwuizKVJ2Ux1NAReRf10xgOm5JzQzaC4agG5OMapZdPYBV2SQ8SIipa4NXa8YEAt-BMX" +
  "Nl4aCj5WruhPnLvy1yajY8ZOlVllUfoI9dnMFG6dH_m_Oj1HL2VFUOfsm2lQ68eQ57TQGJ-nLz48" +
  "Ksqww9IEqgWffJ9M1OO5V_nl_wtA5GFiLSmEdFxNREOxoC57By9_Vw3BzD6IIqgJVKLSaOroEDx8" +
  "3QGfAbu-CMJhG5YAem-LTuXqepMvpzKKSZ_iJmXW_T9ZGaGpttrKOCGTFFsbhAcB2hQZJx73mKcx" +
  "t7muWxx_hcq-6DNWMOHAnTZHHCz12xmommkQUVH8oap10seA0hwfuiJspZ3vWGkmcv_7xVcWfad6" +
  "TYEDvJobg2G96lOqwdXGdjtpMQNNYNaMnnqQDZ2mw9ljU6dX_2H0ejfD8B6D-vCk_QrYxceZiki_" +
  "iB25wpQ-ODIIHIKqjFUwBv6jJv_GK_mfxHExRDCMlk5ir93XJAj-v_RtYUW3uB5ST2cxorOsuiEu" +
  "EZFCefJ39deg68-wttWDnn4iMYN23GoQzz2FBPntnSRYaCfxYnNYfAR-i8KMU2MTUuhjG7uZVzTg" +
  "-1qQLY2wxhQTVaYt7gchZRT8XWVbuQ2Z2y77DQoF5BVIY86kefnoEBbiVIVBy-gLnhXimg93AB_y" +
  "99sifVdTbfhUtrZ7OeJtH2y-Z4K_Lx1ujl3v0H29HvuEVZC-7x5lgQvXYKKyhQ64KwnVLZCk4nbo" +
  "x72v6FM3eR70UlspDrKrkzyS_yxBXVrqeUI0E7MxVCZOUD1Kkh31Ska6iWd8GoWCt2Q2D361i8AI" +
  "pHG5-AQ3jNCWW-HKzGBmfp6Sj-2I_gZCS4Xgh6HorVtMbjvEUIR23fQgkx4cwF3veaz_o10M7geq" +
  "onttRYk";
