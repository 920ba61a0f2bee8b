export function tableRows(length: number, capacity: number, byHeads: boolean): number;
