"""Invented people of many origins, half of them women.

Names come from Faker (MIT) where it has them in Latin script, from its Cyrillic and Greek lists
spelled in Latin script, and from short lists of our own. Every eighth name (by hash) is held out:
it is used for measurement and never for training.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from functools import lru_cache

from faker import Faker

_FAKER = {
    "english": ("en_US", "en_GB", "en_AU"),
    "irish": ("en_IE",),
    "german": ("de_DE", "de_AT"),
    "french": ("fr_FR",),
    "spanish": ("es_ES",),
    "latin_american": ("es_MX", "es_CO", "es_AR"),
    "italian": ("it_IT",),
    "portuguese": ("pt_PT", "pt_BR"),
    "dutch": ("nl_NL",),
    "polish": ("pl_PL",),
    "czech": ("cs_CZ", "sk_SK"),
    "hungarian": ("hu_HU",),
    "romanian": ("ro_RO",),
    "nordic": ("sv_SE", "no_NO", "da_DK"),
    "finnish": ("fi_FI", "et_EE"),
    "baltic": ("lt_LT", "lv_LV"),
    "balkan": ("hr_HR", "sl_SI"),
    "turkish": ("tr_TR",),
    "indian": ("en_IN",),
    "indonesian": ("id_ID",),
    "vietnamese": ("vi_VN",),
    "russian": ("ru_RU", "uk_UA", "bg_BG"),
    "greek": ("el_GR",),
}
_OWN = {
    "arabic": (
        "Fatima Aisha Maryam Layla Noor Yasmin Hanan Salma Rania Amal Huda Zainab Khadija Samira Nadia Lina Dalia "
        "Farah Iman Reem Sana Wafa Zahra Abeer Ghada Hala Jamila Latifa Maha Najwa Rasha Sawsan Souad Widad",
        "Mohammed Ahmed Omar Ali Hassan Hussein Khalid Youssef Ibrahim Mustafa Tariq Karim Bilal Hamza Nabil Samir "
        "Rashid Faisal Abdullah Abdelkader Walid Ziad Ammar Anas Bashir Fadi Ghassan Hani Imad Jamal Kamal Majid Marwan",
        "al-Masri Al-Hassan Haddad Khoury Mansour Nasser Saleh El-Sayed Bouzid Benali Ben-Youssef Abdallah Hamdan "
        "Darwish Farouk Qasim Rahman Shaheen Suleiman Tahir Yassin Zidan Aziz Al-Farsi Al-Zahrani Bakri Cherif Daoud "
        "Ghanem Hijazi Ismail Jaber Kanaan Lahoud Mahfouz Najjar Othman Ramadan Sabbagh Tlili Wahab",
    ),
    "chinese": (
        "Mei Xiaoli Yan Lihua Jing Fang Xia Yue Hui Ying Xiaomei Qing Rui Shu Ting Wen Xue Yi Zhen Meiling Ailing "
        "Baozhai Chunhua Daiyu Fen Guiying Hua Jiayi Lan Ning Peizhi Shufen Xinyi Yuhan Zihan",
        "Wei Jun Ming Hao Lei Qiang Tao Bo Chao Feng Gang Jian Kai Liang Peng Shuo Xiang Yong Zhiwei Jianguo Guoqiang "
        "Haoran Jinlong Junjie Weimin Xiaoming Yichen Zhihao Zixuan Dawei Guowei Hongbin Jiahao Mingyu",
        "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo Lin He Gao Luo Zheng Liang Xie Tang Han "
        "Cao Deng Xiao Feng Zeng Cheng Cai Peng Pan Yuan Dong Yu Su Ye Lu Wei Jiang Du Ding Shen Ouyang Sima",
    ),
    "korean": (
        "Ji-woo Seo-yeon Min-ji Hye-jin Soo-min Eun-ji Yuna Ha-eun Ji-hye Bo-ra Da-eun Ga-young Jin-ah Kyung-hee "
        "Mi-sook Na-rae Sun-hee Young-ja Yeji Chaewon",
        "Min-jun Ji-hoon Seung-hyun Dong-hyun Joon-ho Sang-woo Tae-yang Hyun-woo Jae-won Kwang-soo Byung-hun Chul-soo "
        "Do-yun Gun-woo In-ho Jin-young Ki-tae Sung-min Woo-jin Yong-ho",
        "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Yoo Hong Jeon Ko Moon Bae "
        "Baek Heo Noh Nam Ryu Min",
    ),
    "japanese": (
        "Yuki Sakura Haruka Aoi Yui Misaki Ayaka Naoko Keiko Yoko Akiko Emi Mariko Tomoko Hana Rina Mio Kaori Chihiro "
        "Asuka Fumiko Hitomi Junko Kumiko Michiko Noriko Reiko Sachiko Yumiko Nanami",
        "Hiroshi Takashi Kenji Haruto Ren Sota Daiki Kazuki Yuto Takumi Shinji Makoto Akira Satoshi Naoki Ryota Kenta "
        "Shota Tetsuya Yosuke Daisuke Hideki Isamu Jiro Kaito Masato Noboru Osamu Tatsuya Yusuke",
        "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Yamaguchi "
        "Matsumoto Inoue Kimura Hayashi Shimizu Saito Mori Abe Ikeda Hashimoto Ishikawa Ogawa Fujita Okada Goto Hasegawa "
        "Murakami Kondo Sakamoto Endo Aoki Fujii Nishimura Fukuda Ota Miura",
    ),
    "west_african": (
        "Adaeze Chiamaka Ngozi Folake Yetunde Ama Abena Efua Akosua Aminata Fatou Mariama Ife Temitope Bukola Amarachi "
        "Chidinma Nneka Oluchi Titilayo Awa Binta Coumba Khady Ndeye Adwoa Afia Esi Yaa Zainabu",
        "Chinedu Emeka Oluwaseun Babatunde Kwame Kofi Kwesi Yaw Mamadou Ibrahima Ousmane Tunde Segun Obinna Ikenna "
        "Chukwuemeka Femi Gbenga Kayode Olumide Abdoulaye Cheikh Modou Moussa Seydou Kojo Kwabena Nana Uche Ifeanyi",
        "Okafor Adeyemi Nwosu Okonkwo Balogun Mensah Owusu Asante Boateng Diallo Diop Ndiaye Traoré Keita Coulibaly Bello "
        "Eze Obi Adebayo Ogunleye Nwachukwu Osei Appiah Agyeman Sow Fall Sarr Cissé Touré Sesay Kamara Conteh Abubakar "
        "Olawale Chukwu Igwe Danso Amoah Quaye Bangura",
    ),
    "east_african": (
        "Wanjiru Achieng Njeri Akinyi Wambui Makena Hodan Amina Selam Tigist Hiwot Almaz Neema Zawadi Rehema Mwajuma "
        "Halima Asha Ifrah Sagal Uwase Mutesi Nalubega Namukasa Atieno",
        "Kamau Otieno Mwangi Kiprop Juma Baraka Tesfaye Dawit Yohannes Abebe Getachew Bekele Abdi Mohamud Hamisi Rajabu "
        "Mugisha Habimana Okello Ssempijja Wekesa Omondi Kipchoge Kariuki Mulugeta",
        "Kimani Odhiambo Wanyama Mutua Ochieng Kariuki Njoroge Tadesse Haile Gebremedhin Warsame Farah Hassan Mwakasege "
        "Mushi Nkurunziza Uwimana Museveni Nakato Ssali Onyango Barasa Chebet Rotich Cheruiyot Kiplagat Wolde Girma",
    ),
    "persian": (
        "Shirin Parisa Nasrin Maryam Leila Azadeh Mahsa Niloufar Roya Setareh Taraneh Yasaman Zahra Golnaz Fereshteh "
        "Ladan Mina Neda Pari Sahar",
        "Reza Amir Dariush Kourosh Babak Farhad Behrouz Hamid Javad Mehdi Navid Omid Parviz Ramin Siavash Saeed Arash "
        "Bijan Kamran Shahin",
        "Hosseini Ahmadi Mohammadi Karimi Rezaei Jafari Moradi Sadeghi Tehrani Shirazi Esfahani Rostami Farahani Bahrami "
        "Ghorbani Kazemi Nazari Rahimi Soltani Yazdani Azizi Khalili",
    ),
    "hebrew": (
        "Noa Tamar Shira Yael Maya Michal Rivka Avigail Talia Hila Ayelet Dafna Efrat Galit Inbal Liat Merav Orly Ronit "
        "Sigal",
        "Yosef David Moshe Ariel Noam Eitan Itai Uri Yonatan Amit Avi Boaz Doron Eyal Gilad Ilan Lior Nadav Omer Ran",
        "Cohen Levi Mizrahi Peretz Biton Dahan Avraham Friedman Malka Azoulay Katz Yosef Amar Ben-David Shapira Goldberg "
        "Rosenberg Gabay Ohayon Segal",
    ),
    "filipino": (
        "Maria Angelica Jasmine Princess Rowena Maricel Cherry Analyn Divina Marites Jocelyn Liezl Rosalinda Corazon Imelda "
        "Ligaya Dalisay Tala Mayumi Luzviminda",
        "Jose Jomar Rodel Reynaldo Danilo Crisanto Efren Jericho Rommel Arnel Bayani Datu Isagani Lakan Ronaldo Edgardo "
        "Ferdinand Gregorio Honorio Juanito",
        "dela Cruz Reyes Bautista Ocampo Garcia Mendoza Villanueva Aquino Dimaculangan Macaraeg Pangilinan Salonga Tolentino "
        "Magsaysay Batungbakal Catacutan Dimagiba Lumbao Panganiban Sumulong",
    ),
    "pakistani": (
        "Ayesha Sana Hira Mehwish Rabia Saima Zara Bushra Farzana Iqra Kiran Mahnoor Nimra Rukhsana Shazia Tehmina Uzma "
        "Zunaira Nusrat Sultana",
        "Imran Asif Bilal Usman Zubair Faisal Kashif Nadeem Salman Shahid Tariq Waqar Yasir Adnan Fahad Hamza Junaid Rizwan "
        "Shoaib Talha",
        "Khan Malik Butt Chaudhry Qureshi Siddiqui Sheikh Mirza Baig Hashmi Raja Akhtar Iqbal Javed Mahmood Rana Zaidi "
        "Bhatti Chowdhury Hossain Begum Uddin",
    ),
}
_MORE = {
    "vietnamese": (
        "An Anh Ánh Bích Châu Cúc Diễm Diệp Dung Giang Hà Hạnh Hằng Hiền Hoa Hoài Huệ Huyền Khánh Kiều Lam Lệ Liên Loan "
        "Ly My Mỹ Nga Ngân Nguyệt Nhi Nhung Như Oanh Phương Phượng Quyên Quỳnh Sương Tâm Thanh Thi Thơ Thu Thủy Thúy Thư "
        "Tiên Trà Trang Trâm Trinh Trúc Tuyết Tú Tường Uyên Vy Xuân Yến Thuy Phuong Quynh Trang Ngoc Huong Nhu Thao Hanh",
        "Bảo Bình Công Cường Chiến Dũng Duy Đạt Đăng Đông Đức Giang Hải Hào Hậu Hiếu Hiệp Hòa Hùng Huy Hưng Khang Khải "
        "Khoa Khôi Kiên Lâm Linh Long Lộc Lợi Luân Minh Nam Nghĩa Nguyên Nhân Nhật Phong Phú Phúc Phước Quân Quang Quốc "
        "Quý Sang Sơn Tài Tân Thái Thành Thắng Thiện Thịnh Thông Tiến Toàn Trí Trọng Trung Trường Tuấn Tùng Việt Vinh Vũ "
        "Dung Duc Hung Tuan Son Thang Cuong Hieu Phuc Trung Viet",
        "Bạch Cao Châu Chu Cù Đào Đinh Đoàn Đỗ Giang Hà Hồ Hứa Huỳnh Kiều Kim La Lại Lâm Lục Lương Lưu Lý Mạc Nghiêm Ngô "
        "Ông Phan Phùng Quách Quản Tạ Thạch Thái Thân Tô Tôn Tống Triệu Trịnh Trương Từ Văn Viên Võ Vương Nguyen Tran Le Pham "
        "Huynh Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Dinh Trinh Doan",
    ),
    "chinese": (
        "Ai Bei Bing Chan Chun Cui Dan Die E Fei Fengxia Guiying Hong Huan Huifang Jia Jiaxin Jie Juan Jun Lei Li Lili Lin "
        "Ling Lu Man Min Mengyao Na Ni Nuo Pei Ping Qian Qiao Qiu Ran Rong Ruoxi Shan Shanshan Si Siyu Tian Wan Wei Wenjing "
        "Xi Xiang Xiaohong Xiu Xiulan Xiuying Xuan Ya Yafang Yanan Yao Yating Yu Yuan Yun Yuting Yutong Zhi Zhilan Zi Zihan",
        "An Bao Bin Biao Chang Cheng Chun Da De Dong Fan Fu Fuhua Guang Guo Guozhi Haiyang Hai Han He Heng Hong Hu Hui Ji Jia "
        "Jialiang Jing Jinhai Ke Kun Le Lin Long Mingze Mu Ning Qi Qichao Ren Rui Shan Sheng Shi Song Tian Wen Wenbo Wu Xian "
        "Xiaobo Xin Xu Yang Yi Yifan Yong Yu Yuchen Yun Ze Zemin Zhen Zheng Zhong Zhongwei Zimo Zhuo",
        "An Bai Bi Bian Bu Chang Chi Cui Dai Dong Dou Du Duan Fan Fang Fei Fu Ge Geng Gong Gu Guan Hao Hong Hou Huo Ji Jia Jin "
        "Kang Ke Kong Lai Lei Leng Liao Long Lv Luo Mao Meng Mi Miao Mo Mou Ni Nie Ning Niu Pang Pei Pi Qi Qian Qiao Qin Qiu Qu "
        "Ren Rong Ruan Sha Shang Shao Shi Shu Song Tan Tao Tian Tong Tu Wan Wen Xia Xiang Xing Xiong Xue Yan Yao Yi Yin You Yuan "
        "Yue Yun Zang Zhan Zhong Zhuang Zhuo Zong Zou Chan Cheung Chow Chu Fung Ho Ip Kwan Kwok Lam Lau Leung Lo Mak Ng Ngai "
        "Tsang Tse Tsui Wong Yeung Yip Yiu Tsai Hsu Hsieh Chang Chiang Lee",
    ),
    "korean": (
        "Jisoo Minseo Soyeon Hyejin Jiwon Eunbi Sujin Yejin Nayeon Dahyun Seoyun Haeun Jieun Yoonah Boram Hana Areum Sora Mina",
        "Minho Jihoon Seungmin Donghyun Junho Sangwoo Taehyung Hyunwoo Jaewon Byungchul Chulsoo Doyun Kyungsoo Inho Jinyoung "
        "Sungjin Woojin Yongjae Kihyun Youngho",
        "Gim Ri Bak Pak Choe Jeong Gang Jo Yun Im Seong Cha Chu Ha Hong Jin Ju Ku Ma Min Na Pyo Sim Son Tak Um Won Yang Ye",
    ),
}
"""More of the short names, of which Faker has few."""
ORIGINS = (*_FAKER, *_OWN)
_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґαβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋ",
        "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye g "
        "a v g d e z i th i k l m n x o p r s s t y f ch ps o a e i i o y o i y".split(),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented."""

    first: str
    last: str
    woman: bool
    origin: str
    middle: str = ""

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.first, self.middle, self.last) if part)


def to_latin(text: str) -> str:
    """Spell Cyrillic and Greek in Latin letters, one way of several."""
    out = []
    for char in text:
        latin = _LATIN.get(char.lower(), char).replace("_", "")
        out.append(latin.capitalize() if char != char.lower() else latin)
    return "".join(out)


def held_out(name: str) -> bool:
    """Every eighth name is for measurement only."""
    return hashlib.blake2b(name.lower().encode(), digest_size=2).digest()[0] % 8 == 0


@lru_cache
def _pools(
    origin: str,
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """First names of women and men, last names of women and men."""
    if origin in _OWN:
        women, men, last = (
            tuple(dict.fromkeys((own + " " + more).split()))
            for own, more in zip(_OWN[origin], _MORE.get(origin, ("", "", "")), strict=True)
        )
        if origin == "filipino":
            last = (*last[2:], "dela Cruz", "de Guzman", "de los Santos")
        return women, men, last, last
    women_set, men_set, last_f, last_m = set(), set(), set(), set()
    for locale in _FAKER[origin]:
        faker = Faker(locale)
        faker.seed_instance(7)
        for _ in range(400):
            women_set.add(to_latin(faker.first_name_female()))
            men_set.add(to_latin(faker.first_name_male()))
            last_f.add(to_latin(getattr(faker, "last_name_female", faker.last_name)()))
            last_m.add(to_latin(getattr(faker, "last_name_male", faker.last_name)()))
    for pools, more in zip(
        ((women_set,), (men_set,), (last_f, last_m)), _MORE.get(origin, ("", "", "")), strict=True
    ):
        for pool in pools:
            pool.update(more.split())
    return (
        tuple(sorted(women_set)),
        tuple(sorted(men_set)),
        tuple(sorted(last_f)),
        tuple(sorted(last_m)),
    )


class Crowd:
    """Draws people; only held-out names, or only the others."""

    def __init__(self, chance: random.Random, *, measure: bool, short: float = 0.12) -> None:
        self.chance, self.measure, self.short = chance, measure, short

    def draw(self, home: str | None = None) -> Person:
        """Somebody; of origin `home` in half of the draws, more often of those with short names."""
        if self.chance.random() < self.short:
            return self.of(self.chance.choice(tuple(_MORE)))
        return self.of(home if home and self.chance.random() < 0.5 else self.chance.choice(ORIGINS))

    def of(self, origin: str) -> Person:
        """Somebody of this origin."""
        woman = self.chance.random() < 0.5
        women, men, last_f, last_m = _pools(origin)
        first = self._pick(women if woman else men)
        last = self._pick(last_f if woman else last_m)
        middle = self._pick(women if woman else men) if self.chance.random() < 0.06 else ""
        if self.chance.random() < 0.04:
            middle = self.chance.choice("ABCDEFGHJKLMNPRSTVW") + "."
        if self.chance.random() < 0.05 and " " not in last:
            last = f"{last}-{self._pick(last_f)}"
        elif origin in {"spanish", "latin_american", "portuguese"} and self.chance.random() < 0.5:
            last = f"{last} {self._pick(last_f)}"
        return Person(first, last, woman, origin, middle)

    def _pick(self, pool: tuple[str, ...]) -> str:
        fits = [
            n for n in (self.chance.choice(pool) for _ in range(60)) if held_out(n) == self.measure
        ]
        return fits[0] if fits else self.chance.choice(pool)
