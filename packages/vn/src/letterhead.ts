// What stands over every tờ khai: Quốc hiệu and Tiêu ngữ (Nghị định 30/2020/NĐ-CP, phụ lục I).

export const letterhead: readonly string[] = ['CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'Độc lập - Tự do - Hạnh phúc'];
